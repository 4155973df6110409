# Answers of 1,000 training speakers, three in wide band and three over a telephone, as mel bands: work/answers.pkl.
# The i-vector is made of them, and what is compared with (mean, LDA, cohort) for either model.
import os,pickle,numpy as np,torch
import channel as ch
from fb import *; from speakers import load,answer
SPEAKERS,EACH,B=1000,6,24
def made():
    rng=np.random.default_rng(9); ch.rng=np.random.default_rng(10); ch.size(40000,65536); M=melmat(); D=load('train')
    spk=sorted(D); spk=[spk[i] for i in rng.permutation(len(spk))][:SPEAKERS]; F=[];y=[];narrow=[]
    ks=[(k,n) for k in spk for n in range(EACH)]; ks=[ks[i] for i in rng.permutation(len(ks))]
    bands=[[k for k,n in ks if n<EACH//2],[k for k,n in ks if n>=EACH//2]]
    with torch.no_grad():
        for i in range(0,len(bands[0])-B+1,B):
            for p,his in enumerate(bands):
                x=torch.tensor(np.stack([answer(D[k],ch.N,rng,.2) for k in his[i:i+B]])); q=B//4   # a quarter without noise
                x=torch.cat([ch.phone(x[:q]) if p else x[:q],ch.augment(x,float(p),.5)[q:]]); F.append(fbank(x,M).half()); y+=his[i:i+B]; narrow+=[p]*B
    return F,np.array(y),np.array(narrow)
def answers():
    """batches (24,250,80), the speaker of each answer, 1 where it came over a telephone"""
    if not os.path.exists('work/answers.pkl'): pickle.dump(made(),open('work/answers.pkl','wb'),4)
    return pickle.load(open('work/answers.pkl','rb'))
def cohort(E,y,narrow,count):
    """mean voices of `count` speakers, each in either band: a score is measured by strangers of its own"""
    S=sorted(set(y[narrow==0])&set(y[narrow==1])); pick=np.random.default_rng(1).permutation(len(S))[:count]
    return np.concatenate([np.stack([E[(y==S[i])&(narrow==p)].mean(0) for i in pick]) for p in (0,1)])
def backend(onnx,out,kind,cohort,**more):
    """what the platform compares a model's voices by; prints the line for models.json"""
    import hashlib,json
    sha=hashlib.sha256(open(onnx,'rb').read()).hexdigest(); name=os.path.basename(onnx); r=lambda a:np.round(a,4).tolist()
    json.dump(dict(kind=kind,model=f"{name.removesuffix('.onnx').lower()}@{sha[:12]}",**{k:r(v) for k,v in more.items()},cohort=r(cohort)),open(out,'w'),separators=(',',':'))
    print(json.dumps({'file':name,'sha256':sha}))
