# What lies between a mouth and the engine, on batches (B,N) of float sound at 16 kHz: microphones, rooms, noise, levels, and telephones as our own
# codecs and a card at 8 kHz make them (audio/resample.ts, media/codec/g711.ts): empty above 4 kHz, coded, rounded to 16 bits.
import numpy as np, torch, torch.nn.functional as F
rng=np.random.default_rng(0)
N=28800; NF=32768; FR=np.fft.rfftfreq(NF,1/16000)
def size(n,nf):
    global N,NF,FR
    N,NF=n,nf; FR=np.fft.rfftfreq(NF,1/16000)
t32=lambda a: torch.tensor(np.asarray(a),dtype=torch.float32)
def curve(B,db,tilt):
    """gains of B random microphones: nine points along the band, and a tilt by the octave"""
    f=FR[::16]; k=np.linspace(0,8000,9); o=np.log2(np.maximum(f,100)/1000)
    g=np.stack([np.interp(f,k,rng.normal(0,db,9))+rng.normal(0,tilt)*o for _ in range(B)])
    return t32(10**(np.clip(g,-30,20)/20)).repeat_interleave(16,1)[:,:len(FR)]
def _lowpass():
    """the 47 taps of audio/resample.ts for a factor of 2"""
    n=np.arange(47); x=(n-23)/2; w=np.i0(5.65*np.sqrt(1-((n-23)/24)**2))/np.i0(5.65); t=np.sinc(x)*w; return t32(t/t.sum())[None,None]
TAPS=_lowpass()
def _laws():
    """what G.711 makes of each of 65536 samples: mu-law, A-law"""
    x=np.arange(-32768,32768); s=np.sign(x); a=np.minimum(np.abs(x),32635)+132; e=np.floor(np.log2(a)).astype(int)-7; m=(a>>(e+3))&15
    mu=s*((((m<<3)+132)<<e)-132)
    b=np.minimum(np.where(x<0,-x-1,x)>>3,4095); e=np.maximum(np.floor(np.log2(np.maximum(b,1))).astype(int)-4,0); sh=np.maximum(e-1,0)+1
    q=np.where(e<1,(b>>1)*2+1,((b>>sh)*2+1)<<(sh-1)); al=np.where(x<0,-1,1)*np.minimum(q*8,32256)
    return [torch.tensor(v,dtype=torch.float32) for v in (mu,al)]
LAWS=_laws()
i16=lambda y: torch.clamp(torch.round(y*32768),-32768,32767)
def phone(y):
    """a telephone: a band of its own (some are a bare card at 8 kHz), half of them coded, back at 16 kHz"""
    B=y.shape[0]; lo=np.where(rng.random(B)<.75,rng.uniform(180,400,B),20.)[:,None]; hi=np.where(rng.random(B)<.75,rng.uniform(3100,3650,B),3900.)[:,None]
    steep=2*rng.choice([2,4,8,16,32],B)[:,None]
    H=1/np.sqrt(1+(lo/np.maximum(FR,1))**np.minimum(steep,24))/np.sqrt(1+(FR/hi)**(2*steep))
    y=torch.fft.irfft(torch.fft.rfft(y,NF)*t32(H),NF)[:,:N]
    z=i16(F.conv1d(y[:,None],TAPS,stride=2,padding=23)[:,0])
    for k,law in enumerate(LAWS):
        c=torch.tensor(rng.random(B)<(.4 if k==0 else .25))[:,None]; z=torch.where(c,law[(z+32768).long()],z)
    u=torch.zeros(B,N); u[:,::2]=z; return F.conv1d(u[:,None],2*TAPS,padding=23)[:,0]/32768
def augment(x,narrow=.5,noise=.65):
    """`narrow`: the share of the batch over telephones, or which of it (B)"""
    B=x.shape[0]; X=torch.fft.rfft(x,NF)*curve(B,3.5,1.5)
    nr=int(B*.35); t=np.arange(4000)/16000
    r=rng.normal(0,1,(nr,4000))*np.exp(-6.9*t[None]/rng.uniform(.1,.6,(nr,1)))*rng.uniform(.02,.14,(nr,1)); r[:,0]=1
    R=torch.ones(B,len(FR),dtype=torch.complex64); R[torch.tensor(rng.permutation(B)[:nr])]=torch.fft.rfft(t32(r),NF)
    y=torch.fft.irfft(X*R,NF)[:,:N]; rms=lambda a: torch.sqrt((a*a).mean(1,keepdim=True)+1e-10)
    y=y/rms(y)
    bab=sum(torch.roll(y,int(k),0).roll(int(rng.integers(0,N)),1) for k in rng.integers(1,B,5))
    w=torch.fft.irfft(torch.fft.rfft(torch.randn(B,N),NF)*curve(B,6.,1.)/(1+t32(FR/rng.uniform(100,3000,(B,1)))),NF)[:,:N]
    f=np.where(rng.random((B,1))<.5,60,50)*rng.uniform(.998,1.002,(B,1)); tt=2*np.pi*np.arange(N)/16000
    hum=t32(sum(rng.normal(0,1,(B,1))/k*np.sin(f*k*tt+rng.uniform(0,6.28,(B,1))) for k in (1,2,3,4,5,7,9,11)))
    kind=torch.tensor(rng.random(B))[:,None]; n=torch.where(kind<.5,bab,torch.where(kind<.85,w,hum+.1*w))
    snr=t32(np.where(rng.random(B)<1-noise,rng.uniform(28,70,B),rng.uniform(3,25,B)))[:,None]
    y=y+n/rms(n)*10**(-snr/20)
    # a carbon or an overdriven microphone, its own sound, how loud, full scale
    d=t32(rng.uniform(.5,3,B))[:,None]; s=t32(rng.uniform(-.3,.3,B))[:,None]
    y=torch.where(torch.tensor(rng.random(B)<.2)[:,None],(torch.tanh(y/d/2+s)-torch.tanh(s))*2*d,y)
    y=torch.fft.irfft(torch.fft.rfft(y,NF)*curve(B,2.,.7),NF)[:,:N]
    y=y/rms(y)*t32(10**(rng.uniform(-38,-14,B)/20))[:,None]
    y=torch.clamp(y*t32(np.where(rng.random(B)<.08,rng.uniform(2,8,B),1))[:,None],-1,1)
    p=torch.tensor(np.flatnonzero(rng.random(B)<narrow if np.isscalar(narrow) else narrow)); y=y.clone()
    if len(p): y[p]=phone(y[p])
    return i16(y)/32768
